// Opens the checkpoint named on the command line, makes a model of it, reads every tensor, and prints its peak memory
// in KiB. load_memory_test needs a process of its own for that.
#include "weights/model_from_checkpoint.h"

#include <fstream>
#include <iostream>

int main(int argc, char **argv)
{
    using namespace reslens;
    if (argc != 2)
        return 2;
    const auto checkpoint = weights::readCheckpoint(std::filesystem::path(argv[1]));
    const auto model = checkpoint ? weights::makeModel(*checkpoint, {}) : tl::unexpected(checkpoint.error());
    if (!model) {
        std::cerr << model.error().message() << '\n';
        return 1;
    }
    double sum = 0;
    for (const auto &[name, tensor] : model->parameters)
        for (const float value : tensor.toFloats())
            sum += double(value);
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            std::cout << std::stol(line.substr(6)) << ' ' << sum << '\n';
    return 0;
}
