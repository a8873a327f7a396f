// The containers that hold pickles, each looked into as far as any of its readers would go.
#pragma once

#include "audit/file_audit.h"
#include "audit/pickle_audit.h"

namespace reslens::audit {

/// Collects what is found into a FileAudit.
class Findings {
public:
    explicit Findings(FileAudit &audit) : m_audit(audit) {}

    const std::string &file() const { return m_audit.file; }
    void add(const PickleAudit &pickle, const std::string &where);
    void odd(std::string oddity);
    void undecided(Error error);
    void container(std::string name) { m_audit.container = std::move(name); }

private:
    void raiseTo(Verdict verdict);

    FileAudit &m_audit;
};

/// A zip archive: torch.save's, TorchScript's, NumPy's .npz, or any other.
void auditZip(const weights::Source &source, Findings &findings);
/// One pickle after another: torch.save's legacy container, or a bare pickle.
void auditPickles(const weights::Source &source, Findings &findings);
/// PyTorch's container before 2017.
void auditTar(const weights::Source &source, Findings &findings);
/// A NumPy array, which is a pickle if its elements are objects.
void auditNpy(const weights::Source &source, const std::string &where, Findings &findings);
void auditSafetensors(const weights::Source &source, Findings &findings);

} // namespace reslens::audit
