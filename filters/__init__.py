"""The filters that ship with convertkit, one subject a file; `convertkit.load_filter` reaches them by name."""
