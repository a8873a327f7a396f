// Which networks a file holds, in which order they are offered, and the one that a person or that order chooses.
#pragma once

#include "error/error.h"

#include <span>
#include <string>
#include <vector>

namespace reslens::weights {

/// A residual network in a file.
struct NetworkInFile {
    std::string dictionary;  // where its dictionary stands: "state_dict"; empty for the object itself
    std::string prefix;      // of its keys in there: "module.encoder_q."
    std::size_t tensors = 0; // with that prefix

    /// What --weights takes: "state_dict.module.encoder_q"; "." for one that stands at the top of the file.
    std::string path() const;
};

struct KeysOfDictionary {
    std::string path;
    std::vector<std::string> keys;
};

/// All of them: weights in training before their averages and teachers, then in the file's order; in one dictionary the
/// one with more keys first.
std::vector<NetworkInFile> networksOf(std::span<const KeysOfDictionary> dictionaries);

/// The index of the network at `wanted`, which may also be the end, the beginning or another part of its path; 0 if
/// `wanted` is empty. InvalidInput lists the
/// others.
Result<std::size_t> chooseNetwork(const std::vector<NetworkInFile> &networks, const std::string &wanted,
                                  const std::string &subject);

/// "the network stands under 'state_dict', prefix 'module.'; --weights takes another: 'ema'". Empty if there is nothing
/// to say: one network, at the top of the file.
std::string choiceNote(const std::vector<NetworkInFile> &networks, std::size_t chosen);

} // namespace reslens::weights
