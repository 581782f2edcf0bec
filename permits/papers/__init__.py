"""What papers say: the facts each kind must be given (`contents`), and the words of the law for the codes of grounds."""
