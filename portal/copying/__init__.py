"""The child process that makes copies: it reads one file from its input, and answers in frames (`frames.py`).

It knows decoders and nothing of the portal: no key, no database, no settings. What it says is believed by nobody.
"""
