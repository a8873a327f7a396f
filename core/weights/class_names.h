// Names of classes that a checkpoint has itself: in its pickle, its metadata, or a configuration next to it.
#pragma once

#include "weights/pickle.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>
#include <vector>

namespace reslens::weights {

struct ClassNames {
    std::string where;              // "meta.CLASSES"
    std::vector<std::string> names; // in the order of the network's outputs
};

/// Names under the keys by which people keep them (class_to_idx, classes, id2label, …), in dictionaries and in the
/// attributes of saved objects. Each is a list of texts, or a dictionary of numbers from 0 on and texts. Those of the
/// outermost dictionary come first.
std::vector<ClassNames> classNamesIn(const Pickle &pickle);
/// The same in JSON; `where` stands before each name's place.
std::vector<ClassNames> classNamesIn(const nlohmann::json &object, const std::string &where);
/// The same in the metadata of a .safetensors file, whose values are JSON.
std::vector<ClassNames> classNamesIn(const std::map<std::string, std::string> &metadata);

} // namespace reslens::weights
