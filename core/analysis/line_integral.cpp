#include "analysis/line_integral.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace reslens::analysis {

void LineIntegral::add(double t, double J, std::vector<float> rates)
{
    m_trapezoids.resize(rates.size());
    const auto after =
        std::upper_bound(m_nodes.begin(), m_nodes.end(), t, [](double at, const Node &other) { return at < other.t; });
    const std::size_t place = std::size_t(after - m_nodes.begin());
    const bool hasBefore = place > 0, hasAfter = place < m_nodes.size();
    if (hasBefore && hasAfter)
        count(place - 1, -1);
    const double slope = std::accumulate(rates.begin(), rates.end(), 0.0);
    m_nodes.insert(after, Node{t, J, slope, 0, std::move(rates)});
    if (hasBefore)
        count(place - 1, 1);
    if (hasAfter)
        count(place, 1);
}

void LineIntegral::count(std::size_t interval, double sign)
{
    Node &a = m_nodes[interval];
    const Node &b = m_nodes[interval + 1];
    double squares = 0;
    for (std::size_t i = 0; i < m_trapezoids.size(); ++i) {
        m_trapezoids[i] += sign * length(interval) * (double(a.rates[i]) + b.rates[i]) / 2;
        squares += (double(b.rates[i]) - a.rates[i]) * (double(b.rates[i]) - a.rates[i]);
    }
    a.jump = std::sqrt(squares);
}

double LineIntegral::ownError(std::size_t interval) const
{
    const Node &a = m_nodes[interval], &b = m_nodes[interval + 1];
    return b.J - a.J - length(interval) * (a.slope + b.slope) / 2;
}

double LineIntegral::error() const
{
    double sum = 0;
    for (std::size_t i = 0; i + 1 < m_nodes.size(); ++i)
        sum += ownError(i);
    return sum;
}

double LineIntegral::uncertainty() const
{
    double squares = 0, whole = 0;
    for (std::size_t i = 0; i + 1 < m_nodes.size(); ++i)
        squares += std::pow(length(i) * m_nodes[i].jump, 2) / 12;
    for (const double part : m_trapezoids)
        whole += part * part;
    return squares == 0 ? 0 : std::sqrt(squares / whole);
}

double LineIntegral::worst() const
{
    std::size_t worst = 0;
    for (std::size_t i = 1; i + 1 < m_nodes.size(); ++i)
        if (length(i) * m_nodes[i].jump > length(worst) * m_nodes[worst].jump)
            worst = i;
    return (m_nodes[worst].t + m_nodes[worst + 1].t) / 2;
}

std::vector<double> LineIntegral::integrals() const
{
    std::vector<double> integrals = m_trapezoids;
    for (std::size_t n = 0; n + 1 < m_nodes.size(); ++n) {
        const std::vector<float> &a = m_nodes[n].rates, &b = m_nodes[n + 1].rates;
        double jumps = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            jumps += std::abs(double(b[i]) - a[i]);
        if (jumps == 0)
            continue; // nothing is uncertain: the rest is rounding
        const double share = ownError(n) / jumps;
        for (std::size_t i = 0; i < a.size(); ++i)
            integrals[i] += share * std::abs(double(b[i]) - a[i]);
    }
    return integrals;
}

} // namespace reslens::analysis
