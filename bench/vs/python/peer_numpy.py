"""numpy: backprop and a relaxation written by hand."""
import numpy as np

import blas


def about():
    return blas.about(np.__version__)


def product(work):
    m, n, k = work["shape"]
    a, b = work["a"].reshape(m, k), work["b"].reshape(k, n)
    out = np.empty((m, n), a.dtype)

    def run():
        np.matmul(a, b, out=out)

    return run, lambda: out


def load(work):
    sizes, batch = work["sizes"], work["batch"]
    weights = [layer["weight"].reshape(sizes[l + 1], sizes[l]) for l, layer in enumerate(work["layers"])]
    return weights, [layer["bias"] for layer in work["layers"]], work["x"].reshape(batch, -1), work["y"].reshape(batch, -1)


def relu(z):
    return np.maximum(z, 0, out=z)


def tanh(z):
    return np.tanh(z, out=z)


SLOPES = {relu: lambda h: h > 0, tanh: lambda h: 1 - h * h}
ACTIVATIONS = {"relu": relu, "tanh": tanh}


def loss_of(h, y, loss):
    """The mean loss, and its slope to the outputs."""
    if loss == "squaredError":
        errors = h - y
        return float(np.sum(errors * errors)) / 2 / len(y), errors / np.float32(len(y))
    z = h - h.max(axis=1, keepdims=True)
    exponentials = np.exp(z)
    total = exponentials.sum(axis=1, keepdims=True)
    value = -float(np.sum(y * (z - np.log(total)))) / len(y)
    return value, (exponentials / total - y) / np.float32(len(y))


def forward(weights, biases, x, activation):
    states = [x]
    for l, (weight, bias) in enumerate(zip(weights, biases)):
        z = states[l] @ weight.T
        z += bias
        states.append(z if l == len(weights) - 1 else activation(z))
    return states


def step(work):
    weights, biases, x, y = load(work)
    activation, rate = ACTIVATIONS[work["activation"]], np.float32(work["learningRate"])

    def run():
        states = forward(weights, biases, x, activation)
        value, errors = loss_of(states[-1], y, work["loss"])
        for l in reversed(range(len(weights))):
            weight_slope, bias_slope = errors.T @ states[l], errors.sum(axis=0)
            if l > 0:
                errors = errors @ weights[l]
                errors *= SLOPES[activation](states[l])
            weight_slope *= rate
            weights[l] -= weight_slope
            biases[l] -= rate * bias_slope
        return value

    return run, None


def predict(work):
    weights, biases, x, _ = load(work)
    held = [None]

    def run():
        held[0] = forward(weights, biases, x, ACTIVATIONS[work["activation"]])[-1]

    return run, lambda: held[0]


def relax(work):
    (w1, w2, w3), (b1, b2, b3), x, y = load(work)
    sweeps = work["sweeps"]

    def run():
        drive = x @ w1.T
        drive += b1
        h1 = np.tanh(drive)
        h2 = tanh(h1 @ w2.T + b2)
        out = h2 @ w3.T + b3
        for _ in range(sweeps):
            z = h2 @ w2
            z += drive
            h1 = tanh(z)
            z = h1 @ w2.T
            z += out @ w3
            z += b2
            h2 = tanh(z)
            out = h2 @ w3.T
            out += b3
        return loss_of(out, y, work["loss"])[0]

    return run, None


KINDS = {"product": product, "step": step, "predict": predict, "relax": relax}
