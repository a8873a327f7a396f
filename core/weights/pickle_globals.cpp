#include "weights/pickle.h"

#include <algorithm>
#include <array>

namespace reslens::weights {

namespace {

struct Row {
    std::string_view module, name;
    KnownGlobal known;
};

constexpr std::array<Row, 5> kFunctions{{
    {"collections", "OrderedDict", KnownGlobal::OrderedDict},
    {"torch._utils", "_rebuild_tensor", KnownGlobal::RebuildTensor},
    {"torch._utils", "_rebuild_tensor_v2", KnownGlobal::RebuildTensorV2},
    {"torch._utils", "_rebuild_parameter", KnownGlobal::RebuildParameter},
    {"torch", "Size", KnownGlobal::Size},
}};

constexpr std::array<std::string_view, 15> kDTypes{"float32", "float16", "bfloat16", "float64",   "float",
                                                   "half",    "double",  "int64",    "int32",     "int16",
                                                   "int8",    "uint8",   "bool",     "complex64", "complex128"};

bool isTorchStorage(std::string_view name)
{
    return name.ends_with("Storage") && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

} // namespace

KnownGlobal knownGlobal(std::string_view module, std::string_view name)
{
    for (const Row &row : kFunctions)
        if (module == row.module && name == row.name)
            return row.known;
    if (module == "torch" && isTorchStorage(name))
        return KnownGlobal::Storage;
    if (module == "torch" && std::find(kDTypes.begin(), kDTypes.end(), name) != kDTypes.end())
        return KnownGlobal::DType;
    return KnownGlobal::None;
}

} // namespace reslens::weights
