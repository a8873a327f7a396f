// Networks, sample pictures (tools/samples renders them) and other files inside the program.
#pragma once

#include "error/error.h"
#include "weights/checkpoint.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reslens::zoo {

struct EmbeddedModel {
    std::string name;         // resnet20-cifar10
    std::string title;        // ResNet-20 · CIFAR-10
    std::string description;  // one sentence: what it is and how well it does
    std::string architecture; // resnet20
};

/// Residual networks come before plain ones, smaller ones first.
std::vector<EmbeddedModel> embeddedModels();

bool isEmbedded(std::string_view name);

/// The weights of an embedded model, in place. NotFound for any other name.
Result<weights::Checkpoint> embeddedCheckpoint(const std::string &name);

struct Sample {
    std::string name;  // ship
    std::string title; // A ship at sunset
    std::string path;  // for QImage, QFile and image::decodeFile: ":/reslens/samples/ship.jpg"
};

std::vector<Sample> samples();

/// The prefix of their Qt paths: QImage(":/reslens/samples/ship.jpg").
inline constexpr char kResourceRoot[] = ":/reslens/";

/// The bytes of `path` below kResourceRoot; they live as long as the program. Empty if there is no such file.
std::span<const std::byte> resourceBytes(const std::string &path);

} // namespace reslens::zoo
