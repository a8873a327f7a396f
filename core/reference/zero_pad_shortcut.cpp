#include "reference/zero_pad_shortcut.h"

namespace reslens::reference {

Tensor zeroPadShortcut(const nn::ZeroPadShortcut &op, const Tensor &x)
{
    const auto [N, C, H, W] = x.shape;
    const int P = (H - 1) / op.stride + 1, Q = (W - 1) / op.stride + 1;
    const int before = (op.channelsOut - op.channelsIn) / 2;
    Tensor s(Shape{N, op.channelsOut, P, Q});
    for (int n = 0; n < N; ++n)
        for (int c = 0; c < C; ++c)
            for (int p = 0; p < P; ++p)
                for (int q = 0; q < Q; ++q)
                    s(n, before + c, p, q) = x(n, c, p * op.stride, q * op.stride);
    return s;
}

Tensor zeroPadShortcutBackward(const nn::ZeroPadShortcut &op, const Tensor &gs, Shape x)
{
    const int before = (op.channelsOut - op.channelsIn) / 2;
    Tensor gx(x);
    for (int n = 0; n < x.n; ++n)
        for (int c = 0; c < x.c; ++c)
            for (int p = 0; p < gs.shape.h; ++p)
                for (int q = 0; q < gs.shape.w; ++q)
                    gx(n, c, p * op.stride, q * op.stride) = gs(n, before + c, p, q);
    return gx;
}

} // namespace reslens::reference
