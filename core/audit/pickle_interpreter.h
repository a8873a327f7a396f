// The stack machine behind auditPickle(): one small function for each effect that an opcode can have on the stack. It
// is not the reader's machine: that one refuses what PyTorch does not write, and this one has to follow CPython
// everywhere.
#pragma once

#include "audit/pickle_audit.h"
#include "audit/pickle_values.h"

#include <map>
#include <set>
#include <unordered_map>

namespace reslens::audit {

/// How an unpickler treats an opcode that crosses the end of its frame.
enum class Crossing {
    ReadOn,   // as in memory: frames change nothing
    DropRest, // CPython's C unpickler on most files: the rest of the frame is lost, and it reads on behind the frame
};

class PickleInterpreter {
public:
    PickleInterpreter(weights::Bytes available, std::uint64_t start, std::string subject, Crossing crossing);

    PickleAudit run();
    bool crossesFrame() const { return m_crossesFrame; }

private:
    using Kind = Value::Kind;
    using Handler = bool (PickleInterpreter::*)();
    struct Opcode {
        unsigned char code;
        const char *name;
        Handler run;
        bool isOdd; // torch.save does not write it
    };
    static const Opcode kOpcodes[];

    // Each returns false where reading ends.
    bool step();
    bool protocol();
    bool frame();
    bool finish();
    template <Value::Kind kind, bool isTrue = false>
    bool constant();
    template <typename T>
    bool integer();
    template <typename Length>
    bool longInteger();
    bool real();
    template <Value::Kind kind>
    bool numberLine();
    template <typename Length, Value::Kind kind>
    bool text();
    template <typename Length>
    bool raw();
    bool stringLine();
    bool unicodeLine();
    bool outOfBand();
    bool nothing();
    template <Node::Kind kind>
    bool empty();
    template <Node::Kind kind>
    bool sinceMark();
    template <std::size_t count>
    bool shortTuple();
    bool mark();
    bool pop();
    bool popMark();
    bool duplicate();
    template <std::size_t count>
    bool addToTop();
    bool addSinceMark();
    template <typename Index>
    bool put();
    bool putLine();
    bool memoize();
    template <typename Index>
    bool get();
    bool getLine();
    bool global();
    bool stackGlobal();
    template <typename Code>
    bool extension();
    bool callTop();
    bool newObjectWithKeywords();
    bool object();
    bool instance();
    bool build();
    bool persistentId();
    bool persistentIdLine();

    bool end(ErrorKind kind, std::string problem);
    bool truncated() { return end(ErrorKind::Malformed, "ends before its STOP opcode"); }
    void cannotDecide(const std::string &problem);
    bool underflow() { return end(ErrorKind::Malformed, "takes a value from an empty stack"); }
    std::optional<weights::Bytes> bytes(std::uint64_t count);
    template <typename T>
    std::optional<T> number();
    std::optional<std::string_view> line();
    void leaveFrame();
    void crossFrame();
    bool importLines(std::optional<std::string_view> &module, std::optional<std::string_view> &name);

    bool push(Value value);
    bool pushNode(Node node);
    bool take(Value &value);
    bool takeSinceMark(std::vector<Value> &values);
    bool count(std::size_t items);
    bool addItems(const std::vector<Value> &items);
    bool store(std::uint64_t index);
    bool recall(std::uint64_t index);
    bool pushExtension(std::int64_t code);
    bool pushImport(std::string module, std::string name);
    bool pushCall(const Value &callable, std::vector<Value> arguments);
    bool noteCall(const Value &callable, const std::vector<Value> &arguments);
    /// The items of a tuple; anything else is one argument that stands for all.
    std::vector<Value> argumentsOf(const Value &tuple);

    weights::Bytes m_bytes;
    weights::ByteReader m_reader;
    const std::uint64_t m_start;
    const bool m_isCut; // there is more than an audit reads
    const std::string m_subject;
    const Crossing m_crossing;
    Values m_values;
    PickleAudit m_audit;
    std::vector<Value> m_stack;
    std::vector<std::size_t> m_marks;
    std::unordered_map<std::uint64_t, Value> m_memo;
    std::optional<std::uint64_t> m_frameEnd;
    std::uint64_t m_opcodeAt = 0;
    std::size_t m_itemCount = 0, m_argumentBytes = 0;
    std::set<std::string> m_odd, m_calledOnce;
    bool m_isFinished = false, m_crossesFrame = false;
};

} // namespace reslens::audit
