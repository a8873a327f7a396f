#include "nn/resnet.h"

#include <utility>

namespace reslens::nn {

namespace {

class Builder {
public:
    explicit Builder(const Architecture &architecture) : m_a(architecture) { m_network.architecture = architecture; }

    Network build()
    {
        int x = stem();
        m_network.stem = x;
        int channels = m_a.stemChannels;
        for (int stage = 0; stage < int(m_a.depths.size()); ++stage)
            for (int index = 0; index < m_a.depths[stage]; ++index) {
                const int stride = stage > 0 && index == 0 ? 2 : 1;
                x = block(x, {stage, index, channels, stride});
                channels = m_a.stageChannels(stage);
            }
        m_network.features = add("avgpool", GlobalAveragePool{}, {x});
        m_network.logits = head(m_network.features);
        if (m_a.activation == Activation::Softmax)
            m_network.probabilities = add("softmax", Softmax{}, {m_network.logits});
        return std::move(m_network);
    }

private:
    struct Place {
        int stage, index, channelsIn, stride;
    };

    int add(std::string name, Op op, std::vector<int> inputs)
    {
        m_network.layers.push_back({std::move(name), op, std::move(inputs)});
        return int(m_network.layers.size()) - 1;
    }

    /// Convolution and its batch norm: `convN`, `bnN` (or a downsample's `0`, `1`).
    int convBn(const std::string &conv, const std::string &bn, const Conv2d &op, int x)
    {
        return add(bn, BatchNorm{op.channelsOut}, {add(conv, op, {x})});
    }

    /// A deep stem is nn.Sequential(conv, bn, relu, conv, bn, relu, conv), and then bn1.
    int stem()
    {
        int x = add("input", Input{m_a.inputChannels}, {}), channels = m_a.inputChannels, part = 0;
        int stride = m_a.stem == StemKind::Cifar ? 1 : 2;
        const auto next = [&] { return "conv1." + std::to_string(part++); };
        for (const int width : m_a.deepStem) {
            const std::string conv = next(), bn = next();
            x = convBn(conv, bn, {channels, width, 3, stride, 1}, x);
            x = add(next(), Relu{}, {x});
            channels = width;
            stride = 1;
        }
        const Conv2d last{channels, m_a.stemChannels, m_a.stemKernel, stride, m_a.stemKernel / 2};
        x = add("relu", Relu{}, {convBn(m_a.deepStem.empty() ? "conv1" : next(), "bn1", last, x)});
        if (!m_a.hasStemPool)
            return x;
        if (m_a.blurKernel == 0)
            return add("maxpool", MaxPool{3, 2, 1}, {x});
        // antialiased_cnns, which also blurs the shortcuts, takes a smaller window than timm
        const MaxPool pool = m_a.shortcut == ShortcutKind::BlurPool ? MaxPool{2, 1, 0} : MaxPool{3, 1, 1};
        return add("maxpool.blur", BlurPool{m_a.blurKernel, 2}, {add("maxpool", pool, {x})});
    }

    int head(int x)
    {
        std::vector<HeadLayer> layers = m_a.head;
        if (layers.empty() && m_a.classes > 0)
            layers = {{HeadLayer::Kind::Linear, "fc", m_a.classes}};
        int features = m_a.featureChannels();
        for (const HeadLayer &layer : layers) {
            const auto op = [&]() -> Op {
                switch (layer.kind) {
                case HeadLayer::Kind::BatchNorm:
                    return BatchNorm{layer.features};
                case HeadLayer::Kind::Relu:
                    return Relu{};
                case HeadLayer::Kind::Linear:
                    break;
                }
                return Linear{features, layer.features};
            };
            x = add(layer.name, op(), {x});
            features = layer.features;
        }
        return x;
    }

    /// F: the residual branch's convolutions, the last one without a ReLU.
    int branch(int x, const Place &at, const std::string &name)
    {
        const int inner = m_a.innerChannels(at.stage), out = m_a.stageChannels(at.stage);
        std::vector<Conv2d> convs;
        if (m_a.block == BlockKind::Basic)
            convs = {{at.channelsIn, inner, 3, at.stride, 1}, {inner, out, 3, 1, 1}};
        else
            convs = {{at.channelsIn, inner, 1}, {inner, inner, 3, at.stride, 1, m_a.groups}, {inner, out, 1}};
        for (std::size_t i = 0; i < convs.size(); ++i) {
            const auto numbered = [&](const char *part) { return name + part + std::to_string(i + 1); };
            const int stride = m_a.blurKernel > 0 ? std::exchange(convs[i].stride, 1) : 1;
            x = convBn(numbered(".conv"), numbered(".bn"), convs[i], x);
            if (i + 1 < convs.size())
                x = add(numbered(".relu"), Relu{}, {x});
            if (stride > 1)
                x = add(name + ".blur", BlurPool{m_a.blurKernel, stride}, {x});
        }
        return x;
    }

    int shortcut(int x, const Place &at, const std::string &name)
    {
        const int out = m_a.stageChannels(at.stage);
        if (m_a.shortcut == ShortcutKind::ZeroPad)
            return add(name + ".shortcut", ZeroPadShortcut{at.channelsIn, out, at.stride}, {x});
        if (m_a.shortcut == ShortcutKind::Projection)
            return convBn(name + ".downsample.0", name + ".downsample.1", {at.channelsIn, out, 1, at.stride}, x);
        if (at.stride > 1) {
            const bool isBlur = m_a.shortcut == ShortcutKind::BlurPool;
            const Op pool = isBlur ? Op(BlurPool{m_a.blurKernel, at.stride})
                                   : Op(AveragePool{at.stride, at.stride, 0, true, false});
            x = add(name + ".downsample.0", pool, {x});
        }
        return convBn(name + ".downsample.1", name + ".downsample.2", {at.channelsIn, out, 1}, x);
    }

    int block(int x, const Place &at)
    {
        const std::string name = "layer" + std::to_string(at.stage + 1) + "." + std::to_string(at.index);
        const bool isPlain = m_a.shortcut == ShortcutKind::None;
        const bool changesShape = at.stride != 1 || at.channelsIn != m_a.stageChannels(at.stage);
        Block block{name, at.stage + 1, !isPlain && !changesShape, x, -1, 0, 0, 0, int(m_network.layers.size()), 0};
        if (!isPlain)
            block.s = changesShape ? shortcut(x, at, name) : x;
        block.F = branch(x, at, name);
        block.u = isPlain ? block.F : add(name + ".add", Add{int(m_network.blocks.size())}, {block.s, block.F});
        block.y = add(name + ".relu", Relu{}, {block.u});
        block.lastLayer = block.y;
        m_network.blocks.push_back(block);
        return block.y;
    }

    const Architecture &m_a;
    Network m_network;
};

} // namespace

Network buildNetwork(const Architecture &architecture)
{
    return Builder(architecture).build();
}

} // namespace reslens::nn
