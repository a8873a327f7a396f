#include "cli/inspection.h"
#include "image/npy.h"

namespace reslens::cli {

namespace {

/// "s" is listed only if the block has one.
std::vector<std::pair<const char *, int>> layersOf(const nn::Block &block)
{
    std::vector<std::pair<const char *, int>> layers{
        {"x", block.x}, {"s", block.s}, {"F", block.F}, {"u", block.u}, {"y", block.y}};
    std::erase_if(layers, [](const auto &named) { return named.second < 0; });
    return layers;
}

/// Writes tensors to files by their names.
class Dump {
public:
    Dump(const Inspection &found, const std::filesystem::path &folder) : m_found(found), m_folder(folder) {}

    Result<void> write(const std::string &name, const Tensor &tensor, std::vector<std::int64_t> shape = {}) const
    {
        return image::writeNpy(m_folder / (name + ".npy"), tensor, std::move(shape));
    }

    Result<void> block(int b) const
    {
        const nn::Block &it = m_found.subject->network().blocks[std::size_t(b)];
        for (const auto &[name, layer] : layersOf(it))
            TRY(write(it.name + "." + name, TRY(m_found.trace().read(layer))));
        const nn::BlockGradients gradients = TRY(m_found.gradients->ofBlock(b));
        TRY(write(it.name + ".gy", gradients.gy));
        if (it.hasShortcut())
            TRY(write(it.name + ".gs", gradients.gs));
        TRY(write(it.name + ".gF", gradients.gF));
        TRY(write(it.name + ".gx", gradients.gx));
        if (m_found.ledger)
            TRY(write(it.name + ".ledger", m_found.ledger->blocks[std::size_t(b)].map));
        return maps(b);
    }

    Result<void> parameter(const nn::ParameterSpec &spec) const
    {
        Tensor tensor;
        tensor.values = TRY(m_found.gradients->ofParameter(spec.name));
        tensor.shape = {1, 1, 1, int(tensor.values.size())};
        return write("grad." + spec.name, tensor, spec.shape);
    }

private:
    Result<void> maps(int b) const
    {
        const analysis::BlockMaps maps = TRY(analysis::mapsOf(m_found.subject->run(), b));
        const nn::Block &it = m_found.subject->network().blocks[std::size_t(b)];
        if (it.hasShortcut())
            TRY(write(it.name + ".map_s", maps.s));
        TRY(write(it.name + ".map_F", maps.F));
        return write(it.name + ".map_u", maps.u);
    }

    const Inspection &m_found;
    const std::filesystem::path &m_folder;
};

} // namespace

Result<void> dump(const Inspection &found, const NamedTensors &more, const std::filesystem::path &folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(ErrorKind::Io, folder.string(), "cannot be made: " + error.message());
    const Dump files(found, folder);
    TRY(files.write("input", found.subject->input()));
    TRY(files.write("logits", found.trace().forward().logits));
    TRY(files.write("input_gradient", TRY(found.gradients->ofInput())));
    for (int b = 0; b < int(found.subject->network().blocks.size()); ++b)
        TRY(files.block(b));
    for (const nn::ParameterSpec &spec : nn::parametersOf(found.subject->network()))
        if (spec.isTrained)
            TRY(files.parameter(spec));
    if (found.ledger)
        TRY(files.write("stem.ledger", found.ledger->stemMap));
    for (const auto &[name, tensor] : more)
        TRY(files.write(name, tensor));
    return {};
}

} // namespace reslens::cli
