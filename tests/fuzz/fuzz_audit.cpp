// The audit of any file: it always has an answer, and all that it says is printable.
#include "audit/file_audit.h"
#include "error/printable.h"
#include "fuzz/exercise.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace reslens;
    const auto audit = audit::auditSource(weights::Source(fuzz::bytesOf(data, size)), "fuzz");
    for (const auto &call : audit.calls)
        if (printable(call.name) != call.name || call.name.empty())
            std::abort();
    for (const std::string &oddity : audit.oddities)
        if (printable(oddity) != oddity)
            std::abort();
    for (const Error &error : audit.undecided)
        if (error.message().find('\n') != std::string::npos)
            std::abort();
    return 0;
}
