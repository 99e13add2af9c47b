"""From a Space's stage, message, logs, card and files to the cause. Nothing here asks the Hub."""
