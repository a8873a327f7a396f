// How far one should trust a file that imports a name.
#pragma once

#include <string_view>

namespace reslens::audit {

enum class Verdict {
    Plain,    // what torch.save writes of tensors
    Unusual,  // builds further objects of known libraries, or has oddities
    RunsCode, // imports or calls something else: what that does is up to the file
};

const char *name(Verdict verdict); // "runs-code"

/// Known names only make data. A name that is not in a list is never trusted.
Verdict verdictOn(std::string_view module, std::string_view name);

} // namespace reslens::audit
