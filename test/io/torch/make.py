"""What PyTorch writes: models with their outputs, as safetensors files, for test/io/torch.test.ts.

    apt-get install python3-torch && python3 test/io/torch/make.py
    python3 test/io/torch/make.py --read FILE    # outputs of the second model with weights that ngrad wrote
"""

import json
import struct
import sys
from pathlib import Path

import torch
from torch import nn

here = Path(__file__).parent
kinds = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def write(name, tensors, pad=True):
    """The format of https://huggingface.co/docs/safetensors, from torch's own bytes."""
    header, data = {}, b""
    for key, tensor in tensors.items():
        raw = bytes(tensor.contiguous().view(torch.uint8).flatten().tolist())
        header[key] = {"dtype": kinds[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    if pad:
        text += b" " * (-len(text) % 8)
    elif (8 + len(text)) % 4 == 0:
        text += b" "
    (here / name).write_bytes(struct.pack("<Q", len(text)) + text + data)


def read(path):
    raw = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__", None)
    back = {text: kind for kind, text in kinds.items()}
    return {
        key: torch.frombuffer(bytearray(raw[8 + length + at["data_offsets"][0] : 8 + length + at["data_offsets"][1]]), dtype=back[at["dtype"]]).reshape(at["shape"])
        for key, at in header.items()
    }


torch.manual_seed(5)
mlp = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3)).double()
images = nn.Sequential(
    nn.Conv2d(2, 3, (3, 2), padding=1), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(3, 4, 2), nn.Tanh(), nn.Flatten(), nn.Linear(4 * 2 * 2, 5)
).double()

if len(sys.argv) == 3 and sys.argv[1] == "--read":
    images.load_state_dict(read(sys.argv[2]))
else:
    write("mlp.safetensors", mlp.state_dict())
    write("images.safetensors", images.state_dict())
    numbers = torch.tensor([0.0, -0.0, 1.0, -2.5, 65504.0, 6e-8, 6.1e-5, 1 / 3, float("inf"), -float("inf")])
    write("halves.safetensors", {"f16": numbers.half(), "bf16": numbers.bfloat16(), "f32": numbers, "i64": torch.tensor([2**62, -3])}, pad=False)

x = torch.linspace(-1, 1, 8, dtype=torch.float64).reshape(2, 4)
pixels = torch.sin(torch.arange(2 * 2 * 6 * 5, dtype=torch.float64)).reshape(2, 2, 6, 5)
outputs = {"mlp": mlp(x).flatten().tolist(), "images": images(pixels).flatten().tolist()}
if len(sys.argv) == 1:
    (here / "outputs.json").write_text(json.dumps({**outputs, "torch": torch.__version__}, indent=2) + "\n")
else:
    print(json.dumps(outputs["images"]))
