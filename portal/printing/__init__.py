"""The child process that makes a PDF of a page: it reads the page's words from its input and writes the PDF.

It knows typst, a font and how a page looks, and nothing of the portal: no key, no database, no settings.
"""
