#!/usr/bin/env python3
"""The same queries through FAISS's exact multi-index hashing, for comparison. One core, one JSON line.

    MARSAD_BENCH_DUMP=/tmp/x bench_mih random 1000000      leaves codes.bin and queries.bin in an existing folder
    /usr/bin/python3 bench/faiss_mih.py /tmp/x [queries]   Debian: python3-faiss
"""
import json
import os
import resource
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
import faiss  # noqa: E402
import numpy as np  # noqa: E402

PARTS, BITS, RADIUS = 11, 23, 31


def main():
    folder, wanted = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    faiss.omp_set_num_threads(1)
    codes = np.fromfile(f"{folder}/codes.bin", dtype=np.uint8).reshape(-1, 32)
    queries = np.fromfile(f"{folder}/queries.bin", dtype=np.uint8).reshape(-1, 32)[:wanted]
    index = faiss.IndexBinaryMultiHash(256, PARTS, BITS)
    index.nflip = RADIUS // PARTS
    start = time.process_time()
    index.add(codes)
    built = time.process_time()
    limits, _, _ = index.range_search(queries, RADIUS + 1)
    done = time.process_time()
    print(json.dumps({
        "bench": "faiss_multihash", "hashes": len(codes), "queries_per_second": round(len(queries) / (done - built)),
        "hits_per_query": round(int(limits[-1]) / len(queries), 2), "build_ms": round((built - start) * 1000),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000}))


if __name__ == "__main__":
    main()
