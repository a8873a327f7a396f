// An integral of gradients along a straight line, in trapezoids that know how wrong they are.
#pragma once

#include <vector>

namespace reslens::analysis {

/// From t = 0 to t = 1. J(t) is known at the nodes, and each element's rate there: its component of the gradient times
/// that of the line's direction, so that the rates sum to J'(t). Elements are integrated by trapezoids.
///
/// Networks of ReLUs have rates that jump. An interval of length h over which an element's rate jumps from a to b,
/// anywhere in it, leaves the trapezoid off by up to h |b - a| / 2, by h |b - a| / sqrt(12) on average: that is the
/// element's uncertainty. Of the elements' sum more is known: the integral of J' is J(b) - J(a), so the interval's own
/// error is J(b) - J(a) - h (J'(a) + J'(b)) / 2, exactly.
class LineIntegral {
public:
    /// In any order of t, not twice the same. Rates are kept: a later neighbour changes their weight.
    void add(double t, double J, std::vector<float> rates);

    /// J at the last node minus J at the first.
    double change() const { return m_nodes.back().J - m_nodes.front().J; }
    /// The sum of the own errors: the change minus what the trapezoids sum to.
    double error() const;
    /// ‖errors to be expected‖ / ‖integral‖ over the elements.
    double uncertainty() const;
    /// The middle of the interval that contributes most to it. Needs two nodes.
    double worst() const;
    /// The elements' integrals. Each interval's own error is shared out among the elements by their uncertainty there,
    /// so that the integrals sum to the change, as the true ones do.
    std::vector<double> integrals() const;

private:
    struct Node {
        double t, J, slope;
        double jump = 0; // ‖rates at the next node - rates here‖
        std::vector<float> rates;
    };
    double length(std::size_t interval) const { return m_nodes[interval + 1].t - m_nodes[interval].t; }
    double ownError(std::size_t interval) const; // between node `interval` and the next
    void count(std::size_t interval, double sign);

    std::vector<Node> m_nodes; // by t
    std::vector<double> m_trapezoids;
};

} // namespace reslens::analysis
