"""`python -m frontdoor` does what `frontdoor` does."""

from frontdoor.cli import main

if __name__ == "__main__":
    main()
