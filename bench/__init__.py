"""How fast, beside whom: each `bench/bench_<subject>.py` measures us and our peers in the same run (`make bench`)."""
