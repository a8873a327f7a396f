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

    Result<void> run(const Tensor &input, const NamedTensors &more)
    {
        write("input", input);
        write("logits", m_found.trace->forward().logits);
        write("input_gradient", m_found.gradients->ofInput());
        for (int b = 0; b < int(m_model.network.blocks.size()); ++b)
            block(b);
        for (const nn::ParameterSpec &spec : nn::parametersOf(m_model.network))
            if (spec.isTrained)
                parameter(spec);
        if (m_found.ledger)
            write("stem.ledger", m_found.ledger->stemMap);
        for (const auto &[name, tensor] : more)
            write(name, tensor);
        return std::move(m_result);
    }

private:
    /// The first error ends it: nothing is computed or written after that.
    void write(const std::string &name, const Result<Tensor> &tensor, std::vector<std::int64_t> shape = {})
    {
        if (m_result)
            m_result = tensor ? image::writeNpy(m_folder / (name + ".npy"), *tensor, std::move(shape))
                              : tl::unexpected(tensor.error());
    }

    void block(int b)
    {
        const nn::Block &it = m_model.network.blocks[std::size_t(b)];
        const std::pair<const char *, int> tensors[] = {
            {"x", it.x}, {"s", it.s}, {"F", it.F}, {"u", it.u}, {"y", it.y}};
        for (const auto &[name, layer] : tensors)
            if (m_result && layer >= 0) // a plain network has no s
                write(it.name + "." + name, m_found.trace->read(layer));
        if (!m_result)
            return;
        const auto gradients = m_found.gradients->ofBlock(b);
        if (!gradients) {
            m_result = tl::unexpected(gradients.error());
            return;
        }
        write(it.name + ".gy", gradients->gy);
        if (it.hasShortcut())
            write(it.name + ".gs", gradients->gs);
        write(it.name + ".gF", gradients->gF);
        write(it.name + ".gx", gradients->gx);
        if (m_found.ledger)
            write(it.name + ".ledger", m_found.ledger->blocks[std::size_t(b)].map);
        maps(b);
    }

    void maps(int b)
    {
        if (!m_result)
            return;
        const auto maps = analysis::mapsOf({m_model, *m_found.trace, m_found.scales}, b);
        if (!maps) {
            m_result = tl::unexpected(maps.error());
            return;
        }
        const nn::Block &it = m_model.network.blocks[std::size_t(b)];
        if (it.hasShortcut())
            write(it.name + ".map_s", maps->s);
        write(it.name + ".map_F", maps->F);
        write(it.name + ".map_u", maps->u);
    }

    void parameter(const nn::ParameterSpec &spec)
    {
        if (!m_result)
            return;
        auto values = m_found.gradients->ofParameter(spec.name);
        if (!values) {
            m_result = tl::unexpected(values.error());
            return;
        }
        Tensor tensor;
        tensor.shape = {1, 1, 1, int(values->size())};
        tensor.values = std::move(*values);
        write("grad." + spec.name, tensor, spec.shape);
    }

    const Inspection &m_found;
    const nn::Model &m_model;
    const std::filesystem::path &m_folder;
    Result<void> m_result;
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
