"""Scripted cases on a throw-away database under a simulated calendar, through the same steps as pages and jobs.

The tool with which an administrator tries an industry before publishing it, and the executable form of the rules.
Start with `script.read` (the file), `play.play` (the case), `result.result_of` (what came of it).
"""
