// The stack machine behind readPickle(): one small function per opcode, chosen from a table.
#pragma once

#include "weights/pickle.h"

#include <optional>

namespace reslens::weights {

class PickleMachine {
public:
    /// `available` are the bytes from the pickle's start to the end of its file or entry.
    PickleMachine(Bytes available, std::uint64_t start, std::string subject, std::uint64_t limit);

    Result<Pickle> run();

private:
    using Kind = PickleValue::Kind;
    using Handler = bool (PickleMachine::*)();
    struct Opcode {
        unsigned char code;
        const char *name;
        Handler run;
    };
    static const Opcode kOpcodes[];

    // Each returns false after stop() has said why.
    bool step();
    bool protocol();
    bool frame();
    bool none();
    template <bool value>
    bool boolean();
    template <typename T>
    bool integer();
    template <typename Length>
    bool longInteger();
    bool real();
    template <typename Length, PickleValue::Kind kind>
    bool text();
    template <PickleNode::Kind kind>
    bool emptyContainer();
    template <PickleNode::Kind kind>
    bool containerSinceMark();
    template <std::size_t count>
    bool shortTuple();
    bool mark();
    bool pop();
    bool popMark();
    bool duplicate();
    bool append();
    bool setItem();
    template <PickleNode::Kind kind>
    bool addSinceMark();
    template <typename Index>
    bool put();
    template <typename Index>
    bool recall();
    bool memoize();
    bool global();
    bool stackGlobal();
    bool reduce();
    bool newObjectWithKeywords();
    bool build();
    bool persistentId();
    bool finish();

    bool leaveFrame();
    bool stop(ErrorKind kind, std::string problem);
    bool truncated();
    bool push(PickleValue value);
    bool store(std::uint64_t index);
    std::optional<PickleValue> take();
    std::optional<std::vector<PickleValue>> takeSinceMark();
    bool pushNode(PickleNode::Kind kind, std::vector<PickleValue> items);
    bool extend(PickleValue target, std::vector<PickleValue> items, PickleNode::Kind wanted);
    bool pushGlobal(PickleValue module, PickleValue name);
    bool deepen(PickleNode &node, const std::vector<PickleValue> &items);
    bool call(PickleValue callable, const PickleNode &arguments, PickleValue argumentsValue);
    bool inertCall(PickleValue callable, PickleValue arguments);
    bool makeDict(const PickleNode &arguments);
    bool makeTensor(PickleValue callable, const PickleNode &arguments, PickleValue argumentsValue);
    bool isIntTuple(PickleValue value) const;

    Pickle m_pickle;
    ByteReader m_reader;
    std::uint64_t m_limit;
    bool m_isCut; // reading ends at the limit, before the end of the file
    std::string m_subject;
    std::uint64_t m_opcodeAt = 0;
    std::optional<std::uint64_t> m_frameEnd; // of the frame that is being read
    bool m_isFinished = false;
    std::vector<PickleValue> m_stack;
    std::vector<std::size_t> m_marks;
    std::vector<std::optional<PickleValue>> m_memo;
    std::size_t m_memoized = 0, m_itemCount = 0;
    std::optional<Error> m_error;
};

} // namespace reslens::weights
