"""Last words of the demonstration's broken Spaces: logs and messages worth diagnosing."""

from __future__ import annotations

from typing import Final

_PIP: Final = "pip install --no-cache-dir -r /tmp/requirements.txt"

PIP_CONFLICT: Final = (
    "\n",
    "--> FROM docker.io/library/python:3.10@sha256:5c6a8f0d1f7b2b1e0a8f4f7c55d0f2a0\n",
    "DONE 0.0s\n",
    "\n",
    f"--> RUN {_PIP}\n",
    "Collecting gradio==5.1.0\n",
    "  Downloading gradio-5.1.0-py3-none-any.whl (56.7 MB)\n",
    "Collecting transformers==4.44.0\n",
    "  Downloading transformers-4.44.0-py3-none-any.whl (9.5 MB)\n",
    "\x1b[31mERROR: Cannot install -r /tmp/requirements.txt (line 2) and huggingface-hub==0.16.4 "
    "because these package versions have conflicting dependencies.\x1b[0m\n",
    "\n",
    "The conflict is caused by:\n",
    "    The user requested huggingface-hub==0.16.4\n",
    "    transformers 4.44.0 depends on huggingface-hub<1.0 and >=0.23.2\n",
    "\n",
    "To fix this you could try to:\n",
    "1. loosen the range of package versions you've specified\n",
    "2. remove package versions to allow pip to attempt to solve the dependency conflict\n",
    "\n",
    "ERROR: ResolutionImpossible\n",
    f'--> ERROR: process "/bin/sh -c {_PIP}" did not complete successfully: exit code: 1\n',
)

PIP_CONFLICT_MESSAGE: Final = (
    "Job failed with exit code: 1. Reason: cache miss: [ 3/ 7] RUN "
    f"{_PIP}\nERROR: Cannot install -r /tmp/requirements.txt (line 2) and "
    "huggingface-hub==0.16.4 because these package versions have conflicting dependencies."
)

CUDA_OOM: Final = (
    "Loading checkpoint shards:   0%|          | 0/4 [00:00<?, ?it/s]",
    "\rLoading checkpoint shards:  50%|█████     | 2/4 [00:09<00:09,  4.71s/it]",
    "\rLoading checkpoint shards:  75%|███████▌  | 3/4 [00:14<00:04,  4.80s/it]\n",
    "Traceback (most recent call last):\n",
    '  File "/home/user/app/app.py", line 7, in <module>\n',
    "    model = AutoModelForVision2Seq.from_pretrained(MODEL, torch_dtype=torch.float16)"
    '.to("cuda")\n',
    '  File "/usr/local/lib/python3.10/site-packages/torch/nn/modules/module.py", line 1340, '
    "in to\n",
    "    return self._apply(convert)\n",
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.03 GiB. GPU 0 has a total "
    "capacity of 14.58 GiB of which 812.75 MiB is free. Including non-PyTorch memory, this "
    "process has 13.78 GiB memory in use.\n",
)

CUDA_OOM_MESSAGE: Final = "Exit code: 1. Reason: " + "".join(CUDA_OOM[3:])

COLLISION_MESSAGE: Final = "Collision on variables and secrets names"

SEPARATED: Final = (
    "agent: connected to 3 of 3 sites\n",
    # A raw line separator inside the JSON of an event: legal, and readers that split at every
    # Unicode line end break on it. The official client is one of them.
    "agent: note from site 2: “pump serviced\u2028filter next week”\n",
    "agent: moving to another region",
)
"""The log of a Space with one awkward event."""
