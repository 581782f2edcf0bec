"""Reminders and alarms: who is told that something falls due, is overdue, or waits for nobody (R1.37, R2.8, R2.10, R2.24, R6.5).

    remind.remind_all(at, report)

`ladder` is the rule and its table (pure); `sources` find what falls due; `remind` writes what is new under the case's lock;
`people` says who stands on a rung; `digest` makes one letter per person and day of it; `alarms` finds work without anybody.
"""
