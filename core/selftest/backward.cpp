#include "selftest/selftest.h"
#include "selftest/steps.h"

#include <cmath>

namespace reslens::selftest {

namespace {

class Comparison {
public:
    Comparison(const Traces &traces, const Choices &choices, Report &report)
        : m_network(traces.network), m_stop(traces.stop), m_choices(choices), m_report(report)
    {
    }

    Result<void> run(const nn::Gradients &tested, const nn::Gradients &expected)
    {
        m_tested = &tested;
        m_expected = &expected;
        for (int l = m_network.logits; l >= 0; --l) {
            Result<void> compared = notStopped(m_stop);
            if (compared)
                compared = blockAt(l);
            if (compared)
                compared = layer(l);
            if (compared)
                compared = parameters(l);
            if (!compared)
                return compared;
        }
        return {};
    }

private:
    /// The error allowed for all differing choices up to here; errors of several places add as squares.
    double allowance() const { return kChoiceAllowance * std::sqrt(m_choiceEnergy); }

    Result<void> check(int layer, std::string tensor, std::string maker, const Tensor &found, const Tensor &expected)
    {
        return compare({Pass::Backward,
                        placeOf(m_network, layer),
                        std::move(tensor),
                        std::move(maker),
                        {},
                        kGradientTolerance + allowance()},
                       found.values, expected.values, m_report);
    }

    /// Checks the gradients where they leave a block: both ways into it, then their sum.
    Result<void> blockAt(int l)
    {
        for (int b = 0; b < int(m_network.blocks.size()); ++b)
            if (m_network.blocks[b].x == l)
                return block(b);
        return {};
    }

    Result<void> block(int b)
    {
        const nn::Block &it = m_network.blocks[b];
        const nn::BlockGradients found = TRY(m_tested->ofBlock(b)), expected = TRY(m_expected->ofBlock(b));
        if (it.hasShortcut())
            TRY(check(it.y, it.name + ".gs", backwardOf(it.identity ? it.u : it.s), found.gs, expected.gs));
        TRY(check(it.y, it.name + ".gF", backwardOf(firstOfBranch(it)), found.gF, expected.gF));
        TRY(check(it.y, it.name + ".gx", "sum of gs and gF of " + it.name, found.gx, expected.gx));
        m_folded.clear();
        return {};
    }

    std::string backwardOf(int layer) const { return "backward of " + makerName(m_network.layers[layer]); }

    /// The convolution that reads x in the branch.
    int firstOfBranch(const nn::Block &block) const
    {
        int layer = block.F;
        while (m_network.layers[layer].inputs[0] != block.x)
            layer = m_network.layers[layer].inputs[0];
        return layer;
    }

    /// "layer1.0.gy", "gradient at layer1.0.bn1"
    std::string gradientName(int l) const
    {
        for (const nn::Block &block : m_network.blocks)
            if (block.y == l)
                return block.name + ".gy";
        return "gradient at " + m_network.layers[l].name;
    }

    /// The layer whose backward pass makes the gradient at `l`'s output; "" at the logits. Not valid for a block's x.
    std::string consumerOf(int l) const
    {
        for (int c = l + 1; c <= m_network.logits; ++c)
            for (const int input : m_network.layers[c].inputs)
                if (input == l)
                    return makerName(m_network.layers[c]);
        return "";
    }

    std::string makerOfGradient(int l) const
    {
        for (const nn::Block &block : m_network.blocks)
            if (block.x == l)
                return "sum of gs and gF of " + block.name;
        return l == m_network.logits ? "the objective" : "backward of " + m_folded + consumerOf(l);
    }

    Result<void> layer(int l)
    {
        const Tensor expected = TRY(m_expected->value(l));
        Result<Tensor> found = m_tested->value(l);
        if (!found && found.error().kind == ErrorKind::Unsupported) {
            m_folded += consumerOf(l) + ", "; // the next gradient that exists on its own judges it
        } else {
            TRY(check(l, gradientName(l), makerOfGradient(l), TRY(found), expected));
            m_folded.clear();
        }
        m_choiceEnergy += m_choices.energyShare(l, expected);
        return {};
    }

    Result<void> parameters(int l)
    {
        for (const nn::ParameterSpec &spec : nn::parametersOf(m_network.layers[l])) {
            if (!spec.isTrained)
                continue;
            const std::vector<float> found = TRY(m_tested->ofParameter(spec.name)),
                                     expected = TRY(m_expected->ofParameter(spec.name));
            TRY(compare({Pass::Backward,
                         placeOf(m_network, l),
                         spec.name,
                         "gradient of the weights of " + makerName(m_network.layers[l]),
                         {},
                         kParameterTolerance + allowance()},
                        found, expected, m_report));
        }
        return {};
    }

    const nn::Network &m_network;
    const std::stop_token m_stop;
    const Choices &m_choices;
    Report &m_report;
    const nn::Gradients *m_tested = nullptr, *m_expected = nullptr;
    std::string m_folded; // names of layers, each followed by ", "
    double m_choiceEnergy = 0;
};

/// The objective with each image's class taken from the reference, so that rounding cannot make the two differ in it.
Result<nn::Objective> objectiveOf(const nn::Trace &expected)
{
    const nn::ObjectiveResult resolved = TRY(nn::evaluate({}, expected.forward().logits, nn::Activation::Softmax));
    return nn::Objective{nn::ObjectiveKind::LogProbability, resolved.images.front().target};
}

} // namespace

Result<void> compareBackward(const Traces &traces, const Choices &choices, Report &report)
{
    const nn::Objective objective = TRY(objectiveOf(traces.expected));
    nn::RunOptions options;
    options.stop = traces.stop;
    const auto tested = TRY(nn::backward(traces.tested, objective, options)),
               expected = TRY(nn::backward(traces.expected, objective, options));
    return Comparison(traces, choices, report).run(*tested, *expected);
}

} // namespace reslens::selftest
