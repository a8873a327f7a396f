#include "reference/relu.h"

namespace reslens::reference {

Tensor relu(const Tensor &x)
{
    Tensor y = x;
    for (float &value : y.values)
        value = value < 0 ? 0.0f : value;
    return y;
}

} // namespace reslens::reference
