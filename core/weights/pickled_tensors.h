// Finds the tensors in a pickled object: in dictionaries at any depth, and in modules that were saved whole.
#pragma once

#include "weights/checkpoint.h"
#include "weights/pickle.h"

#include <map>

namespace reslens::weights {

/// A dictionary that holds tensors, or a module with all modules in it: what state_dict() gives.
struct TensorDict {
    std::string path; // in the object: "state_dict", "nets.0"; empty for the object itself
    std::vector<std::pair<std::string, PickleValue>> tensors;
    std::vector<std::pair<std::string, PickleValue>> others; // entries of the dictionary that are no tensors
    std::map<std::string, SavedModule> modules;              // by name: "layer1.0.conv1"
};

/// All of them, in the file's order. Errors: Limit; Malformed (a key that is neither text nor a number).
Result<std::vector<TensorDict>> tensorDictsIn(const Pickle &pickle, const std::string &subject);

} // namespace reslens::weights
