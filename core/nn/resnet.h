// Builds the network of an architecture: the same few lines make every depth, width and shortcut.
#pragma once

#include "nn/network.h"

namespace reslens::nn {

Network buildNetwork(const Architecture &architecture);

} // namespace reslens::nn
