"""`python -m app` opens the editor."""

import sys

from app.main import main

sys.exit(main())
