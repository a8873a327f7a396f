"""Writes tests/golden/functionals.safetensors: PyTorch's autograd of single values in the middle of a ResNet-50.

J is one value of one channel of one layer's output: "branch", in the middle of a block's branch (after its batch norm),
and "block", of a block's output. Generated parameters; the input of tests/golden/gradients/resnet50.safetensors, whose
pre-activations are all away from zero. For each J its layer, its place (c, h, w) and value, and of the gradients of the
input, of a block's input before it and of parameters the norm and every `stride`-th value, as in
make_gradient_golden.py.
Run with Debian's python3-torch and python3-torchvision:  /usr/bin/python3 tools/golden/make_functional_golden.py
"""
import json
import struct

import torch

import make_gradient_golden as golden  # also lets the tools' modules be found
import networks
import safetensors_file
from generated_parameters import generate, generate_parameters

NAME, STREAM_OF = "resnet50", golden.FOLDER / "gradients" / "resnet50.safetensors"
PARAMETERS = ["conv1.weight", "bn1.weight", "bn1.bias", "layer1.2.conv3.weight", "layer2.0.downsample.0.weight",
              "layer3.1.bn2.weight", "layer3.2.conv1.weight"]
# name: module of the checkpoint, layer's name in core/nn, channel, row, column
FUNCTIONALS = {"branch": ("layer3.2.bn2", "layer3.2.bn2", 37, 1, 2), "block": ("layer3.2", "layer3.2.relu", None, 1, 1)}


def metadata_of(path):
    with open(path, "rb") as file:
        return json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))["__metadata__"]


def outputs(model, image, names):
    """What these modules give, by name; a block's input under its name + ".x"."""
    found = {}

    def keep(name):
        def hook(module, inputs, y):
            found[name], found[name + ".x"] = y, inputs[0]
        return hook
    hooks = [module.register_forward_hook(keep(name)) for name, module in model.named_modules() if name in names]
    model(image)
    for hook in hooks:
        hook.remove()
    return found


def main():
    stream = metadata_of(STREAM_OF)["stream"]
    model = networks.build(NAME)
    for module in model.modules():
        if isinstance(module, torch.nn.ReLU):
            module.inplace = False
    model.load_state_dict(generate_parameters(model), strict=False)
    model.eval()
    image = (2 * generate(stream, golden.input_shape(NAME), 0, 1)).requires_grad_()
    parameters = dict(model.named_parameters())
    tensors, metadata = {}, {}
    for name, (module, layer, c, h, w) in FUNCTIONALS.items():
        found = outputs(model, image, {module, "layer2.1"})
        y = found[module]
        if c is None:  # a channel that the ReLU lets through
            c = int(y[0, :, h, w].argmax())
        value = y[0, c, h, w]
        sources = {"input": image, "layer2.1.x": found["layer2.1.x"]} | {key: parameters[key] for key in PARAMETERS}
        gradients = torch.autograd.grad(value, list(sources.values()))
        tensors[f"{name}.J"] = value.detach().reshape(1)
        metadata |= {f"{name}.layer": layer, f"{name}.place": f"{c} {h} {w}"}
        for key, gradient in zip(sources, gradients):
            samples = golden.PARAMETER_SAMPLES if key in parameters else golden.BLOCK_SAMPLES
            tensors[f"{name}.{key}.norm"] = gradient.double().norm().float().reshape(1)
            tensors[f"{name}.{key}.sample"] = golden.sample(gradient, samples)
    safetensors_file.save(golden.FOLDER / "functionals.safetensors", tensors, metadata | {
        "format": "reslens functional golden 1", "architecture": NAME, "stream": stream,
        "input": "x".join(map(str, image.shape)), "torch": torch.__version__,
        "command": "tools/golden/make_functional_golden.py"})


if __name__ == "__main__":
    main()
