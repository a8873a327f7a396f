// Builds the network of an architecture: every depth, width and shortcut from the same few lines.
#pragma once

#include "nn/network.h"

namespace reslens::nn {

Network buildNetwork(const Architecture &architecture);

} // namespace reslens::nn
