"""The CIFAR-10 residual networks of He et al. 2015, section 4.2, and their plain twins.

Parameter names follow torchvision (conv1, bn1, layer1.0.conv1, ..., fc), so a trained file opens like any other.
"""
import re

import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    """Two 3x3 convolutions; `residual` adds the option A shortcut (identity, or subsampled and zero-padded)."""

    def __init__(self, channels_in, channels_out, stride, residual):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.stride, self.residual = stride, residual
        self.padding = (channels_out - channels_in) // 2

    def shortcut(self, x):
        if self.stride == 1:
            return x
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.padding, self.padding))

    def forward(self, x):
        branch = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(branch + self.shortcut(x) if self.residual else branch)


class CifarNet(nn.Module):
    """Depth 6n+2: a 3x3 stem, three stages of n blocks with 16, 32, 64 channels, average pool, linear."""

    def __init__(self, depth, residual, classes=10):
        super().__init__()
        if (depth - 2) % 6:
            raise ValueError(f"depth {depth} is not 6n+2")
        blocks = (depth - 2) // 6
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        channels = 16
        for stage, width in enumerate((16, 32, 64), start=1):
            stage_blocks = []
            for index in range(blocks):
                stride = 2 if stage > 1 and index == 0 else 1
                stage_blocks.append(Block(channels, width, stride, residual))
                channels = width
            setattr(self, f"layer{stage}", nn.Sequential(*stage_blocks))
        self.fc = nn.Linear(64, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean((2, 3)))


def build(architecture):
    """`resnet20`, `plain56`, ... -> the network."""
    match = re.fullmatch(r"(resnet|plain)(\d+)", architecture)
    if not match:
        raise ValueError(f"unknown architecture {architecture!r}: expected resnetN or plainN")
    return CifarNet(int(match[2]), residual=match[1] == "resnet")
