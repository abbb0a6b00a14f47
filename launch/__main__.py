"""python3 -m launch COMMAND: what `make COMMAND` calls. Starts on any Python from 3.9 on, so keep this file plain."""

import sys

if sys.version_info < (3, 9):
    sys.exit("This needs Python 3.9 or newer to start; it then finds the right ones by itself.")

from launch.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
