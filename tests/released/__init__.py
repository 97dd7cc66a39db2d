"""What was released holds: the API's present description against the kept one."""
