#include "reference/add.h"

namespace reslens::reference {

Tensor add(const Tensor &s, const Tensor &F, const nn::BlockScale &scale)
{
    const auto [alpha, beta] = scale;
    Tensor u(s.shape);
    for (std::size_t i = 0; i < u.values.size(); ++i)
        u.values[i] = alpha * s.values[i] + beta * F.values[i];
    return u;
}

AddGradients addBackward(const Tensor &gu, const nn::BlockScale &scale)
{
    const auto [alpha, beta] = scale;
    AddGradients g{Tensor(gu.shape), Tensor(gu.shape)};
    for (std::size_t i = 0; i < gu.values.size(); ++i) {
        g.gs.values[i] = alpha * gu.values[i];
        g.gF.values[i] = beta * gu.values[i];
    }
    return g;
}

} // namespace reslens::reference
