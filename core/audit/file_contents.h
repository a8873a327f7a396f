// What stands in a checkpoint's file: its networks, the tensors that are used and those that are not, and the names
// that Python would import.
#pragma once

#include "audit/file_audit.h"
#include "error/error.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace reslens::audit {

struct NetworkInside {
    std::string path;         // for --weights
    std::string prefix;       // of its keys
    std::string architecture; // "resnet18"; empty if it cannot be opened
    std::string problem;      // why it cannot
    std::size_t tensors = 0;  // with the prefix
    bool isChosen = false;    // the one that is opened
};

/// "'model_ema': resnet18, 122 tensors (opened)"
std::string textOf(const NetworkInside &network);

struct TensorInside {
    std::string key; // in the file, printable
    std::string shape, dtype;
    std::string name; // torchvision's, if the network uses it; else empty
};

struct FileContents {
    FileAudit audit;
    std::vector<NetworkInside> networks;
    std::vector<TensorInside> tensors;   // of the chosen network's dictionary, in order of their keys
    std::vector<std::string> inert;      // "'args': an object of argparse.Namespace", of the same dictionary
    std::vector<std::string> classNames; // where names of classes stand: "'classes' (10)"
    std::string problem;                 // why no network can be opened; empty if one can
};

/// Reads the file, or the folder, as often as it has networks. `network` is what --weights says. Errors: as
/// auditFile(); what else is wrong with the file is in `problem`.
Result<FileContents> contentsOf(const std::filesystem::path &path, const std::string &network = {});

/// For people: a paragraph for each part.
std::string textOf(const FileContents &contents);

} // namespace reslens::audit
