"""PyTorch's networks under the names of core/nn/architecture.cpp, with that file's parameter names."""
import sys
from pathlib import Path

import torch.nn.functional as F
import torchvision.models
from torch import nn
from torchvision.models.resnet import BasicBlock, ResNet

sys.path.append(str(Path(__file__).parents[1] / "train"))
import cifar_resnet  # noqa: E402

TORCHVISION = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d",
               "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2"]
PLAIN = {"plain18": [2, 2, 2, 2], "plain34": [3, 4, 6, 3]}
CIFAR_DEPTHS = [20, 32, 44, 56, 110]
CIFAR = ([f"resnet{depth}" for depth in CIFAR_DEPTHS] + [f"plain{depth}" for depth in CIFAR_DEPTHS] +
         ["resnet20_b", "resnet56_b"])
ALL = TORCHVISION + list(PLAIN) + CIFAR


class PlainBlock(BasicBlock):
    """A basic block without its addition, and so without a projection."""
    residual = False

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.downsample = None

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class ProjectionBlock(cifar_resnet.Block):
    """Option B: a convolution and a batch norm where the shape changes."""

    def __init__(self, channels_in, channels_out):
        super().__init__(channels_in, channels_out, stride=2, residual=True)
        self.downsample = nn.Sequential(nn.Conv2d(channels_in, channels_out, 1, 2, bias=False),
                                        nn.BatchNorm2d(channels_out))

    def shortcut(self, x):
        return self.downsample(x)


def build(name):
    if name in TORCHVISION:
        return getattr(torchvision.models, name)(weights=None)
    if name in PLAIN:
        return ResNet(PlainBlock, PLAIN[name])
    model = cifar_resnet.build(name.removesuffix("_b"))
    if name.endswith("_b"):
        model.layer2[0] = ProjectionBlock(16, 32)
        model.layer3[0] = ProjectionBlock(32, 64)
    return model


def blocks(model):
    """(name, module) of every residual block, in the order they run."""
    return [(name, module) for name, module in model.named_modules() if hasattr(module, "bn2")]
