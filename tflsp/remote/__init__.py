"""The way to a server: targets, the daemon that holds connections, the bridge. asyncssh is imported here alone."""
