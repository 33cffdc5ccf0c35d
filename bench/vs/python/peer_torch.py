"""torch: its layers, its gradient and its SGD, one operation at a time; a relaxation written by hand."""
import numpy as np
import torch
import torch.nn.functional as F

import blas

torch.set_num_threads(1)


def about():
    capability = getattr(torch.backends.cpu, "get_cpu_capability", None) if hasattr(torch.backends, "cpu") else None
    shown = capability() if capability else torch.__config__.show().split("CPU capability usage: ")[-1].split("\n")[0]
    detail = f"{shown}, {torch.get_num_threads()} thread"
    # Built with a BLAS of its own, or on whatever the system has.
    if "BLAS_INFO=generic" in torch.__config__.show():
        return blas.about(torch.__version__, detail)
    return {"version": torch.__version__, "detail": detail}


def product(work):
    m, n, k = work["shape"]
    a, b = torch.from_numpy(work["a"].reshape(m, k)), torch.from_numpy(work["b"].reshape(k, n))
    out = torch.empty(m, n, dtype=a.dtype)

    def run():
        torch.mm(a, b, out=out)

    return run, out.numpy


def load(work):
    sizes, batch = work["sizes"], work["batch"]
    layers = [
        (torch.from_numpy(layer["weight"].reshape(sizes[l + 1], sizes[l])), torch.from_numpy(layer["bias"]))
        for l, layer in enumerate(work["layers"])
    ]
    y = torch.from_numpy(work["y"].reshape(batch, -1))
    return layers, torch.from_numpy(work["x"].reshape(batch, -1)), y


def forward(layers, x, activation):
    h = x
    for l, (weight, bias) in enumerate(layers):
        h = F.linear(h, weight, bias)
        if l < len(layers) - 1:
            h = activation(h)
    return h


def loss_by(work, y):
    """The loss of outputs; targets are one-hot."""
    if work["loss"] == "crossEntropy":
        classes = y.argmax(1)
        return lambda h: F.cross_entropy(h, classes)
    return lambda h: F.mse_loss(h, y, reduction="sum") * (0.5 / len(y))


def step(work):
    layers, x, y = load(work)
    parameters = [value.requires_grad_() for layer in layers for value in layer]
    optimizer = torch.optim.SGD(parameters, lr=work["learningRate"])
    activation, loss_of = getattr(torch, work["activation"]), loss_by(work, y)

    def run():
        loss = loss_of(forward(layers, x, activation))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return run, None


def predict(work):
    layers, x, _ = load(work)
    activation = getattr(torch, work["activation"])
    held = [None]

    @torch.no_grad()
    def run():
        held[0] = forward(layers, x, activation)

    return run, lambda: held[0].numpy()


def relax(work):
    ((w1, b1), (w2, b2), (w3, b3)), x, y = load(work)
    loss_of, sweeps = loss_by(work, y), work["sweeps"]

    @torch.no_grad()
    def run():
        drive = F.linear(x, w1, b1)
        h1 = torch.tanh(drive)
        h2 = F.linear(h1, w2, b2).tanh_()
        out = F.linear(h2, w3, b3)
        for _ in range(sweeps):
            h1 = torch.addmm(drive, h2, w2).tanh_()
            h2 = F.linear(h1, w2, b2).addmm_(out, w3).tanh_()
            out = F.linear(h2, w3, b3)
        return loss_of(out).item()

    return run, None


KINDS = {"product": product, "step": step, "predict": predict, "relax": relax}
