"""PyTorch's side of extract-vgg.ts. Arguments: FEATURES BATCH, "flatten" (the convolutions alone) or "fc2".
Protocol: a line "run N" in, one JSON line {"ms": [...], "peakMB": n} out."""
import json
import resource
import sys
import time

import torch
import torchvision

torch.set_num_threads(2)
features, batch = sys.argv[1], int(sys.argv[2])

whole = torchvision.models.vgg16(init_weights=False).eval()
parts = [whole.features, torch.nn.Flatten()]
if features == "fc2":
    parts += [whole.classifier[:5]]
model = torch.nn.Sequential(*parts)
x = torch.randn(batch, 3, 224, 224)

for line in sys.stdin:
    times = []
    for _ in range(int(line.split()[1])):
        start = time.perf_counter()
        with torch.inference_mode():
            model(x)
        times.append((time.perf_counter() - start) * 1e3)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"ms": times, "peakMB": peak}), flush=True)
