#include "audit/verdict.h"

#include "weights/pickle.h"

#include <algorithm>
#include <array>
#include <string>

namespace reslens::audit {

namespace {

// Names that make data of their arguments and do nothing else.
constexpr std::array<std::string_view, 61> kMakeData{
    "collections.Counter",
    "collections.defaultdict",
    "collections.deque",
    "argparse.Namespace",
    "types.SimpleNamespace",
    "datetime.date",
    "datetime.datetime",
    "datetime.timedelta",
    "pathlib.PosixPath",
    "pathlib.PurePosixPath",
    "pathlib.PureWindowsPath",
    "pathlib.WindowsPath",
    "numpy.core.multiarray._reconstruct",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray._reconstruct",
    "numpy._core.multiarray.scalar",
    "numpy.dtype",
    "numpy.ndarray",
    "_codecs.encode",
    "torch.device",
    "torch.jit._pickle.build_boollist",
    "torch.jit._pickle.build_doublelist",
    "torch.jit._pickle.build_intlist",
    "torch.jit._pickle.build_tensor_from_id",
    "torch.jit._pickle.build_tensorlist",
    "torch.jit._pickle.restore_type_tag",
    "torch._utils._rebuild_device_tensor_from_numpy",
    "torch._utils._rebuild_parameter_with_state",
    "torch._utils._rebuild_qtensor",
    "torch._utils._rebuild_sparse_tensor",
    "torch._utils._rebuild_tensor_v3",
    "torch.serialization._get_layout",
    "torch.per_tensor_affine",
    "torch.per_channel_affine",
    "torch.quint8",
    "torch.qint8",
    "torch.qint32",
    "torch.strided",
    "torch.Tensor",
    "torch.nn.parameter.Parameter",
    "torch.storage.UntypedStorage",
    "torch.storage.TypedStorage",
    "torch.storage._TypedStorage",
    "copyreg._reconstructor",
    "copy_reg._reconstructor",
    "builtins.bytearray",
    "builtins.bytes",
    "builtins.complex",
    "builtins.dict",
    "builtins.float",
    "builtins.frozenset",
    "builtins.int",
    "builtins.list",
    "builtins.object",
    "builtins.range",
    "builtins.set",
    "builtins.slice",
    "builtins.str",
    "builtins.tuple",
    "builtins.bool",
    "uuid.UUID",
};

} // namespace

const char *name(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Plain:
        return "plain";
    case Verdict::Unusual:
        return "unusual";
    case Verdict::RunsCode:
        return "runs-code";
    }
    return "runs-code";
}

Verdict verdictOn(std::string_view module, std::string_view name)
{
    if (weights::knownGlobal(module, name) != weights::KnownGlobal::None)
        return Verdict::Plain;
    if (module == "__builtin__") // Python 2's
        module = "builtins";
    const std::string whole = std::string(module) + "." + std::string(name);
    const bool isDotted = name.find('.') != std::string_view::npos;
    const bool isKnown = !isDotted && std::ranges::find(kMakeData, whole) != kMakeData.end();
    return isKnown || weights::isLayerClass(whole) ? Verdict::Unusual : Verdict::RunsCode;
}

} // namespace reslens::audit
