#include "cli/inspection.h"
#include "image/npy.h"

namespace reslens::cli {

namespace {

class Dump {
public:
    Dump(const Inspection &found, const nn::Model &model, const std::filesystem::path &folder)
        : m_found(found), m_model(model), m_folder(folder)
    {
    }

    /// The first error ends it: nothing is computed or written after that.
    Result<void> run(const Tensor &input, const NamedTensors &more)
    {
        TRY(write("input", input));
        TRY(write("logits", m_found.trace->forward().logits));
        TRY(write("input_gradient", m_found.gradients->ofInput()));
        for (int b = 0; b < int(m_model.network.blocks.size()); ++b)
            TRY(block(b));
        for (const nn::ParameterSpec &spec : nn::parametersOf(m_model.network))
            if (spec.isTrained)
                TRY(parameter(spec));
        if (m_found.ledger)
            TRY(write("stem.ledger", m_found.ledger->stemMap));
        for (const auto &[name, tensor] : more)
            TRY(write(name, tensor));
        return {};
    }

private:
    Result<void> write(const std::string &name, Result<Tensor> tensor, std::vector<std::int64_t> shape = {})
    {
        return image::writeNpy(m_folder / (name + ".npy"), TRY(tensor), std::move(shape));
    }

    Result<void> block(int b)
    {
        const nn::Block &it = m_model.network.blocks[std::size_t(b)];
        const std::pair<const char *, int> tensors[] = {
            {"x", it.x}, {"s", it.s}, {"F", it.F}, {"u", it.u}, {"y", it.y}};
        for (const auto &[name, layer] : tensors)
            if (layer >= 0) // a plain network has no s
                TRY(write(it.name + "." + name, m_found.trace->read(layer)));
        const nn::BlockGradients gradients = TRY(m_found.gradients->ofBlock(b));
        TRY(write(it.name + ".gy", gradients.gy));
        if (it.hasShortcut())
            TRY(write(it.name + ".gs", gradients.gs));
        TRY(write(it.name + ".gF", gradients.gF));
        TRY(write(it.name + ".gx", gradients.gx));
        if (m_found.ledger)
            TRY(write(it.name + ".ledger", m_found.ledger->blocks[std::size_t(b)].map));
        const auto maps = TRY(analysis::mapsOf({m_model, *m_found.trace, m_found.scales}, b));
        if (it.hasShortcut())
            TRY(write(it.name + ".map_s", maps.s));
        TRY(write(it.name + ".map_F", maps.F));
        return write(it.name + ".map_u", maps.u);
    }

    Result<void> parameter(const nn::ParameterSpec &spec)
    {
        Tensor tensor;
        tensor.values = TRY(m_found.gradients->ofParameter(spec.name));
        tensor.shape = {1, 1, 1, int(tensor.values.size())};
        return write("grad." + spec.name, tensor, spec.shape);
    }

    const Inspection &m_found;
    const nn::Model &m_model;
    const std::filesystem::path &m_folder;
};

} // namespace

Result<void> dump(const Inspection &found, const nn::Model &model, const Tensor &input, const NamedTensors &more,
                  const std::filesystem::path &folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(ErrorKind::Io, folder.string(), "cannot be made: " + error.message());
    return Dump(found, model, folder).run(input, more);
}

} // namespace reslens::cli
