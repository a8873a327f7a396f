"""What stands around the things: sky, meadow, hills, road, trees."""
import numpy as np

from raymarch import F, fractal, mix, noise, smoothstep, unit, vec


def sky(zenith, horizon, sun, glow=(1.0, 0.8, 0.5), clouds=0.5, cloud_colour=(0.95, 0.95, 0.97)):
    """A gradient with a glow about the sun and a layer of clouds."""
    zenith, horizon, glow, cloud_colour = vec(*zenith), vec(*horizon), vec(*glow), vec(*cloud_colour)
    sun = unit(vec(*sun))

    def colour(d):
        height = np.clip(d[:, 1], 0, 1)
        result = mix(horizon, zenith, height ** 0.55)
        towards = np.clip(d @ sun, 0, 1)
        result = result + glow * (0.35 * towards ** 8 + 0.5 * towards ** 80)[:, None]
        plane = d[:, [0, 2]] / (height[:, None] + 0.12) * F(1.3) + 5
        cover = smoothstep(1 - clouds, 1.25 - clouds, fractal(plane, 5)) * smoothstep(0.0, 0.12, d[:, 1])
        return mix(result, cloud_colour, 0.85 * cover)
    return colour


def meadow(p, n, green=(0.16, 0.30, 0.06), straw=(0.34, 0.36, 0.10)):
    patches = fractal(p[:, [0, 2]] * F(0.6), 3)
    blades = noise(p[:, [0, 2]] * vec(38, 14)) * 0.6 + 0.55
    return mix(vec(*green), vec(*straw), smoothstep(0.3, 0.75, patches)) * blades[:, None]


def ground(p, level=0.0):
    return p[:, 1] - F(level)


def hills(p):
    """Rolling ground that rises far behind (z < -8)."""
    far = np.clip(-p[:, 2] - 9, 0, 40)
    wave = np.sin(p[:, 0] * F(0.11) + 1) * 0.5 + np.sin(p[:, 0] * F(0.05)) * 0.5 + 1
    return (p[:, 1] - far * 0.06 * wave) * F(0.8)


def road(p, n):
    asphalt = mix(vec(0.13, 0.13, 0.14), vec(0.2, 0.2, 0.2), fractal(p[:, [0, 2]] * F(9), 3))
    line = (np.abs(p[:, 2] - 2.35) < 0.07) & ((p[:, 0] % 3.0) < 1.7)
    edge = np.abs(p[:, 2] + 1.75) < 0.06
    tarred = mix(asphalt, vec(0.8, 0.8, 0.76), 0.85 * (line | edge))
    verge = smoothstep(-2.1, -2.25, p[:, 2])
    return mix(tarred, meadow(p, n), verge)


def trees(p):
    """A row of round trees far behind."""
    row = np.floor((p[:, 0] + 60) / 4.5)
    centre = np.stack([(row + 0.5) * 4.5 - 60, np.full(len(p), 2.0), -16 - 3 * np.sin(row * 2.3)], -1)
    squared = (p - centre) ** 2 / vec(1, 1.3, 1)
    d = ((np.sqrt(squared.sum(-1)) - 1.6 - 0.5 * np.sin(row * 1.7)) * 0.6).astype(F)
    near = d < 0.6
    d[near] += 0.2 - 0.55 * fractal(p[near] * F(1.6), 3)
    return np.where(near, d, d - F(0.35)) * F(0.7)


def leaves(p, n):
    return mix(vec(0.05, 0.14, 0.03), vec(0.14, 0.27, 0.06), fractal(p * F(4), 2))
