// The pickle machine and its result, with storages that always have the bytes they claim (up to 4 KiB).
#include "fuzz/exercise.h"
#include "weights/torch_state_dict.h"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace reslens;
    const auto pickle = weights::readPickle(fuzz::bytesOf(data, size), 0, "fuzz");
    if (!pickle) {
        fuzz::exercise(tl::unexpected(pickle.error()));
        return 0;
    }
    static const std::vector<std::byte> zeros(4096);
    const weights::FindStorage find = [](const weights::TorchStorage &storage) -> Result<weights::Source> {
        const std::size_t elementBytes = *storage.elementBytes;
        if (storage.count > zeros.size() / elementBytes)
            return fail(ErrorKind::Malformed, "fuzz", "storage too large");
        return weights::Source(weights::Bytes(zeros).first(storage.count * elementBytes));
    };
    fuzz::exercise(weights::torchCheckpoint(*pickle, find, "fuzz"));
    return 0;
}
