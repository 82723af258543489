"""`python -m portal.copying KIND`: see `child.py`."""

from portal.copying.child import main

main()
