#include "reference/relu.h"

namespace reslens::reference {

Tensor relu(const Tensor &x)
{
    Tensor y = x;
    for (float &value : y.values)
        value = value < 0 ? 0.0f : value;
    return y;
}

Tensor reluBackward(const Tensor &y, const Tensor &gy)
{
    Tensor gx(y.shape);
    for (std::size_t i = 0; i < gx.values.size(); ++i)
        gx.values[i] = y.values[i] <= 0 ? 0.0f : gy.values[i];
    return gx;
}

} // namespace reslens::reference
