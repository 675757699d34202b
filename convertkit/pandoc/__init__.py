"""The bridge to pandoc: our tree as its AST, and the program as a long-lived process."""
