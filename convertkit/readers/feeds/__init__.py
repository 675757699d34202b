"""Files of many posts: feeds and exports. Each reader gives `Entry`s, one at a time; `read_entry` reads one."""
