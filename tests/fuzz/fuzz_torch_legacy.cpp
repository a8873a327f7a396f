#include "weights/torch_legacy.h"

#include "fuzz/exercise.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace reslens;
    fuzz::exercise(weights::readTorchLegacy(fuzz::bytesOf(data, size), nullptr, "fuzz"));
    return 0;
}
