"""`python -m portal.printing PARENT`: see `child.py`."""

from portal.printing.child import main

main()
