"""The Python end of lib/peer.ts: for each line "run N" on standard input, N timed calls and the peak of memory so far."""
import json
import resource
import sys
import time


def serve(once):
    for line in sys.stdin:
        times = []
        for _ in range(int(line.split()[1])):
            start = time.perf_counter()
            once()
            times.append((time.perf_counter() - start) * 1e3)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps({"ms": times, "peakMB": peak}), flush=True)
