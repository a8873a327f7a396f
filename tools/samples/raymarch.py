"""A small ray marcher: shapes are signed distance functions of points (N,3), lit by one sun and a sky.

Formulas of distances: https://iquilezles.org/articles/distfunctions. All arrays are float32; x points to the right,
y up, z to the viewer.
"""
import numpy as np

F = np.float32


def vec(*v):
    return np.array(v, F)


def unit(v):
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def length(v):
    return np.sqrt((v * v).sum(-1))


def mix(a, b, t):
    t = np.asarray(t, F)
    return a + (b - a) * (t[..., None] if t.ndim else t)


def smoothstep(low, high, x):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


# Shapes: p -> distance.

def sphere(p, centre, radius):
    return length(p - vec(*centre)) - F(radius)


def ellipsoid(p, centre, radii):
    q, r = p - vec(*centre), vec(*radii)
    k = length(q / r)
    return k * (k - 1) / np.maximum(length(q / (r * r)), F(1e-6))


def capsule(p, a, b, radius_a, radius_b=None):
    """A rod from a to b whose radius changes linearly."""
    a, b = vec(*a), vec(*b)
    t = np.clip(((p - a) @ (b - a)) / ((b - a) @ (b - a)), 0, 1)
    radius_b = radius_a if radius_b is None else radius_b
    return length(p - a - t[:, None] * (b - a)) - (radius_a + (radius_b - radius_a) * t).astype(F)


def box(p, centre, half, rounding=0.0):
    q = np.abs(p - vec(*centre)) - (vec(*half) - F(rounding))
    return length(np.maximum(q, 0)) + np.minimum(q.max(-1), 0) - F(rounding)


def cylinder(p, centre, axis, radius, half, rounding=0.02):
    """Along axis 0, 1 or 2."""
    q = p - vec(*centre)
    across = np.sqrt((np.delete(q, axis, axis=1) ** 2).sum(-1))
    d = np.stack([across - radius, np.abs(q[:, axis]) - half], -1) + F(rounding)
    return np.minimum(d.max(-1), 0) + length(np.maximum(d, 0)) - F(rounding)


def union(*distances):
    return np.minimum.reduce(distances)


def blend(a, b, k):
    """The smooth union: like clay over a width of k."""
    h = np.maximum(F(k) - np.abs(a - b), 0) / F(k)
    return np.minimum(a, b) - h * h * F(k / 4)


def blend_all(k, *distances):
    result = distances[0]
    for d in distances[1:]:
        result = blend(result, d, k)
    return result


def mirrored(p, axis=2):
    q = p.copy()
    q[:, axis] = np.abs(q[:, axis])
    return q


def turned(p, degrees, centre=(0, 0, 0)):
    """Points seen from something turned about the vertical through `centre`."""
    angle = np.radians(degrees)
    c, s, q = np.cos(angle), np.sin(angle), p - vec(*centre)
    return np.stack([c * q[:, 0] - s * q[:, 2], q[:, 1], s * q[:, 0] + c * q[:, 2]], -1).astype(F)


def within(shape, centre, radius, margin=0.4):
    """`shape`, which lies inside this ball, evaluated only near it: farther away the ball's distance is enough."""
    def distance(p):
        d = sphere(p, centre, radius)
        near = d < margin
        if near.any():
            d[near] = shape(p[near])
        return d
    return distance


# Noise in [0, 1].

def hash_of(cells):
    x = cells.astype(np.int64)
    h = (x * np.array([374761393, 668265263, 2147483647][:x.shape[-1]])).sum(-1) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    return (((h ^ (h >> 16)) & 0xFFFF) / 65535).astype(F)


def noise(p):
    """Value noise of points (N,2) or (N,3)."""
    cell = np.floor(p)
    t = p - cell
    t = t * t * (3 - 2 * t)
    total = np.zeros(len(p), F)
    for corner in np.ndindex(*(2,) * p.shape[1]):
        weight = np.prod([t[:, i] if c else 1 - t[:, i] for i, c in enumerate(corner)], axis=0)
        total += weight * hash_of(cell + np.array(corner))
    return total


def fractal(p, octaves=4):
    total, scale = np.zeros(len(p), F), F(0.5)
    for octave in range(octaves):
        total += scale * noise(p * F(2 ** octave) + 17 * octave)
        scale /= 2
    return total / F(1 - 2.0 ** -octaves)


# Rendering.

class Thing:
    """A shape with a paint; `gloss` mirrors the sky.

    paint is one colour, or paint(points, normals) -> (N,3) colours, or also (colours, bent normals): waves.
    """

    def __init__(self, shape, paint, gloss=0.0):
        self.shape, self.gloss = shape, gloss
        self.paint = paint if callable(paint) else (lambda p, n: np.broadcast_to(vec(*paint), p.shape))


def placed(shape, paint, ball, degrees=0, gloss=0.0):
    """A Thing inside `ball` (centre, radius), turned about the vertical; shape and paint see unturned points."""
    painted = (lambda p, n: paint(turned(p, degrees), turned(n, degrees))) if callable(paint) else paint
    return Thing(within(lambda p: shape(turned(p, degrees)), *ball), painted, gloss)


class Scene:
    """Things under a sky. All light is linear; `fog` is the share lost per unit of distance."""

    def __init__(self, things, sky, sun, sun_colour=(2.3, 2.1, 1.75), ambient=0.62, fog=0.0, far=120.0):
        self.things, self.sky = things, sky
        self.ambient, self.fog, self.far = ambient, fog, far
        self.sun, self.sun_colour = unit(vec(*sun)), vec(*sun_colour)

    def distance(self, p):
        return union(*(thing.shape(p) for thing in self.things)).astype(F)

    def march(self, origin, direction, steps=140, far=None, start=0.02):
        """The distance to the first hit along each ray, or infinity."""
        far = far or self.far
        t, hit = np.full(len(direction), start, F), np.full(len(direction), np.inf, F)
        active = np.arange(len(direction))
        for _ in range(steps):
            d = self.distance(origin[active] + direction[active] * t[active, None])
            close = d < F(0.0008) * (1 + t[active])
            hit[active[close]] = t[active[close]]
            t[active] += d * F(0.9)
            active = active[~close & (t[active] < far)]
            if not len(active):
                break
        return hit

    def normal(self, p):
        e, total = F(0.002), np.zeros_like(p)
        for k in (vec(1, -1, -1), vec(-1, -1, 1), vec(-1, 1, -1), vec(1, 1, 1)):
            total += k * self.distance(p + e * k)[:, None]
        return unit(total)

    def shadow(self, p, steps=40):
        """How much of the sun is seen: 0 to 1, with soft edges."""
        light, t = np.ones(len(p), F), np.full(len(p), 0.04, F)
        for _ in range(steps):
            d = self.distance(p + self.sun * t[:, None])
            light = np.minimum(light, np.clip(14 * d / t, 0, 1))
            t += np.clip(d, 0.03, 1.5)
        return light

    def openness(self, p, n):
        """Ambient occlusion from five steps along the normal."""
        hidden = np.zeros(len(p), F)
        for i in range(1, 6):
            step = F(0.07 * i)
            hidden += (step - np.minimum(self.distance(p + n * step), step)) * F(0.75 ** i)
        return np.clip(1 - 1.6 * hidden, 0.15, 1)

    def shade(self, p, n, direction):
        distances = np.stack([thing.shape(p) for thing in self.things])
        nearest = distances.argmin(0)
        albedo, gloss = np.zeros_like(p), np.zeros(len(p), F)
        for index, thing in enumerate(self.things):
            mine = nearest == index
            if mine.any():
                painted = thing.paint(p[mine], n[mine])
                if isinstance(painted, tuple):
                    painted, n[mine] = painted
                albedo[mine], gloss[mine] = painted, thing.gloss
        sunlight = np.clip(n @ self.sun, 0, 1) * self.shadow(p + n * F(0.01))
        skylight = self.ambient * (0.55 + 0.45 * n[:, 1]) * self.openness(p, n)
        bounce = unit(direction - 2 * (direction * n).sum(-1, keepdims=True) * n)
        mirror = gloss * (0.12 + 0.88 * np.clip(1 + (direction * n).sum(-1), 0, 1) ** 3)
        glint = gloss * np.clip(bounce @ self.sun, 0, 1) ** 60 * (sunlight > 0.02)
        tint = mix(vec(1, 1, 1), self.zenith(), 0.35)
        lit = albedo * (sunlight[:, None] * self.sun_colour + skylight[:, None] * tint)
        up = bounce.copy()
        up[:, 1] = np.abs(up[:, 1])
        return mix(lit, self.sky(up), mirror) + (0.9 * glint)[:, None] * self.sun_colour

    def zenith(self):
        colour = self.sky(vec(0.1, 0.9, 0.1)[None])[0]
        return colour / colour.max()

    def render(self, camera, target, width, height, field=38.0):
        """Pixels (height, width, 3) in linear light."""
        forward = unit(vec(*target) - vec(*camera))
        right = unit(np.cross(forward, vec(0, 1, 0)))
        up = np.cross(right, forward)
        y, x = np.mgrid[0:height, 0:width].astype(F)
        scale = 2 * np.tan(np.radians(field) / 2) / height
        u, v = (x.ravel() + 0.5 - width / 2) * scale, (height / 2 - y.ravel() - 0.5) * scale
        direction = unit(forward + u[:, None] * right + v[:, None] * up).astype(F)
        origin = np.broadcast_to(vec(*camera), direction.shape)
        t = self.march(origin, direction)
        colour = self.sky(direction).astype(F)
        hit = np.isfinite(t)
        p = origin[hit] + direction[hit] * t[hit, None]
        lit = self.shade(p, self.normal(p), direction[hit])
        haze = direction[hit].copy()
        haze[:, 1] = np.abs(haze[:, 1]) * 0.3
        colour[hit] = mix(lit, self.sky(unit(haze)), 1 - np.exp(-self.fog * t[hit]))
        return colour.reshape(height, width, 3)


def developed(linear, exposure=0.52, saturation=1.12):
    """Linear light -> 8-bit sRGB through a film-like curve (Narkowicz 2015, a fit of ACES)."""
    grey = linear @ vec(0.2126, 0.7152, 0.0722)
    x = F(exposure) * np.clip(grey[..., None] + F(saturation) * (linear - grey[..., None]), 0, None)
    x = x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14)
    return (np.clip(x, 0, 1) ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)
